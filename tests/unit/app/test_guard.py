"""Strangers are refused: other names, other pages, other ports, and those without the key."""

import pytest
from starlette.websockets import WebSocketDisconnect

from kinefuse.app.guard import PAGE_POLICY, RESULT_POLICY, Gate

HOME = "http://127.0.0.1:8371"
EVERYWHERE = [
    ("GET", "/"),
    ("GET", "/static/main.js"),
    ("GET", "/api/jobs"),
    ("GET", "/api/events"),
    ("GET", "/api/facts"),
    ("POST", "/api/jobs"),
    ("PUT", "/api/jobs/0123456789abcdef/files?name=a.csv"),
    ("DELETE", "/api/jobs/0123456789abcdef"),
    ("GET", "/results/0123456789abcdef/report.html"),
    ("GET", "/docs"),
    ("GET", "/openapi.json"),
    ("OPTIONS", "/api/jobs"),
]


@pytest.mark.parametrize(("method", "path"), EVERYWHERE)
def test_nothing_is_given_without_the_key(page, method, path):
    answer = page.stranger.request(method, path, headers={"origin": HOME})
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("token", ["", "wrong", "%00", "é"])
def test_a_wrong_token_opens_nothing(page, token):
    answer = page.stranger.get("/", params={"token": token})
    assert answer.status_code == 403
    assert page.gate.token not in answer.text


def test_the_token_opens_the_front_door_only(page):
    assert page.stranger.get("/api/jobs", params={"token": page.gate.token}).status_code == 403
    assert page.stranger.get("/", params={"token": page.gate.token}).status_code == 200


def test_the_cookie_is_for_this_site_and_no_script_reads_it(page):
    cookie = page.stranger.get("/", params={"token": page.gate.token}).headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert page.gate.token not in cookie


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8371",
        "127.0.0.1",
        "127.0.0.1:80",
        "localhost",
        "[::1]:8371",
        "",
    ],
)
def test_another_host_is_refused_even_with_the_key(page, host):
    for path in ("/api/jobs", f"/?token={page.gate.token}"):
        assert page.client.get(path, headers={"host": host}).status_code == 403


def test_localhost_is_a_name_of_this_computer(page):
    headers = {"host": "localhost:8371", "origin": "http://localhost:8371"}
    assert page.client.get("/api/jobs", headers=headers).status_code in (200, 403)
    assert page.stranger.get(f"/?token={page.gate.token}", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "http://127.0.0.1:9999",
        "http://localhost:8371",
        "https://127.0.0.1:8371",
        "null",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_page_from_elsewhere_is_refused_even_with_the_key(page, origin, method):
    before = page.store.all()
    answer = page.client.request(method, "/api/jobs", headers={"origin": origin})
    assert answer.status_code == 403
    assert not any(name.startswith("access-control") for name in answer.headers)
    assert page.store.all() == before


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_the_browser_says_of_the_asking_site_counts(page, site):
    assert page.client.get("/api/jobs", headers={"sec-fetch-site": site}).status_code == 403


def test_a_change_has_to_say_which_page_it_comes_from(page):
    del page.client.headers["origin"]
    assert page.client.get("/api/jobs").status_code == 200
    assert page.client.post("/api/jobs").status_code == 403


@pytest.mark.parametrize(
    "others",
    [
        'a={"x":1}; {}',
        "theme=dark, blue; {}; last",
        "{}; a b=c",
        "kinefuse-8371=; {}",
        "kinefuse-8371=of-another-path; {}",
        "{}; kinefuse-8371=of-another-path",
        ';;=; "; {}',
    ],
)
def test_cookies_of_other_servers_on_this_computer_do_not_lock_out(page, others):
    """Browsers share them between ports, and nobody keeps to the standard."""
    name, value = next(iter(page.client.cookies.items()))
    page.stranger.headers["cookie"] = others.replace("{}", f"{name}={value}")
    assert page.stranger.get("/api/jobs").status_code == 200


@pytest.mark.parametrize("around", ["x{}", "{}x", "a={}", "a b {}", '"{}"'])
def test_only_the_whole_cookie_of_this_server_lets_in(page, around):
    name, value = next(iter(page.client.cookies.items()))
    page.stranger.headers["cookie"] = around.replace("{}", f"{name}={value}")
    assert page.stranger.get("/api/jobs").status_code == 403


@pytest.mark.parametrize("path", ["/", "/api/events", "/ws"])
def test_no_websocket_opens_with_or_without_the_key(page, path):
    for client in (page.stranger, page.client):
        with pytest.raises(WebSocketDisconnect), client.websocket_connect(path):
            pass


def test_the_pages_own_policy_allows_nothing_inline_and_nothing_from_elsewhere(page):
    answer = page.client.get("/")
    assert answer.headers["content-security-policy"] == PAGE_POLICY
    assert "unsafe" not in PAGE_POLICY
    assert "http" not in PAGE_POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "<script>" not in answer.text
    assert "style=" not in answer.text


def test_results_are_shown_in_a_sandbox_without_an_origin(page):
    job = page.recognised("walk.csv")
    page.start(job)
    page.until(job, lambda record: record["state"] == "done")
    answer = page.client.get(f"/results/{job}/report.html")
    assert answer.headers["content-security-policy"] == RESULT_POLICY
    assert RESULT_POLICY.startswith("sandbox ")
    assert "allow-same-origin" not in RESULT_POLICY


def test_someone_who_looks_gets_a_sentence_and_no_more(page):
    answer = page.stranger.get("/", headers={"accept": "text/html"})
    assert answer.status_code == 403
    assert "kinefuse app" in answer.text
    assert answer.headers["content-type"].startswith("text/html")


def test_every_start_has_its_own_key():
    assert len({Gate(1).token for _ in range(50)}) == 50
    assert len(Gate(1).token) >= 32


@pytest.mark.parametrize("kind", [ZeroDivisionError, PermissionError])
def test_a_mistake_of_the_program_shows_a_reference_and_nothing_else(
    page, monkeypatch, caplog, kind
):
    def broken(_):
        raise kind("secret words of the inside")

    monkeypatch.setattr(type(page.store), "all", broken)
    answer = page.client.get("/api/jobs")
    assert answer.status_code == 500
    reference = answer.json()["reference"]
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    assert reference in answer.json()["sentence"]
    assert reference in caplog.text
    assert "secret words" in caplog.text
