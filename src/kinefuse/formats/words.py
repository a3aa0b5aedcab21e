"""Words out of files, fit to be printed in a sentence."""


def printable(word: str) -> str:
    """The word with '?' for every character that would break a line or command a terminal."""
    return "".join(letter if letter.isprintable() else "?" for letter in word.strip("\0 \t\r\n"))
