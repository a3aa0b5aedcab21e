// What the server may be asked. Its refusals are sentences for people and are shown as they are.

export class Refusal extends Error {}

const UNREACHABLE =
  "The program does not answer; start 'kinefuse app' again and open the address that it prints. Nothing is lost.";

export async function ask(method, path, body) {
  let answer;
  try {
    answer = await fetch(path, {
      method,
      headers: body === undefined ? {} : { "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Refusal(UNREACHABLE);
  }
  if (!answer.ok) throw new Refusal(await sentenceOf(answer));
  return answer.status === 204 ? null : answer.json();
}

async function sentenceOf(answer) {
  try {
    return (await answer.json()).sentence ?? UNREACHABLE;
  } catch {
    return UNREACHABLE;
  }
}

// XMLHttpRequest, since fetch does not tell how much of a file has left.
export function send(jobId, name, file, onBytes) {
  return new Promise((done, refuse) => {
    const request = new XMLHttpRequest();
    request.open("PUT", `/api/jobs/${jobId}/files?name=${encodeURIComponent(name)}`);
    request.responseType = "json";
    request.upload.onprogress = (event) => onBytes(event.loaded);
    request.onload = () =>
      request.status < 300
        ? done(request.response)
        : refuse(new Refusal(request.response?.sentence ?? UNREACHABLE));
    // A server that refuses before the end closes the line: browsers then hide what it said.
    request.onerror = () =>
      refuse(new Refusal(`${name} could not be taken in: it is too big, was changed meanwhile, or the program has stopped.`));
    request.send(file);
  });
}
