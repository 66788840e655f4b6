"""The hub for real, in small: two students and a stranger. `make hub-test` runs it."""

import asyncio
import json

import pytest

import trial
from softmax_lab.lessons import LESSONS
from students import Student, browser

FIRST, THIRD = LESSONS[0].file, LESSONS[2].file


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    with trial.running(tmp_path_factory.mktemp("hub") / "trial") as running:
        yield running


@pytest.fixture(scope="module")
def afternoon(hub):
    """Ada and Ben at once: each logs in, runs lesson 3 and drags a bar; and what was seen."""

    async def lesson(student):
        await student.log_in()
        opened = await student.page.locator(".lm-TabBar-tab.lm-mod-current").all_inner_texts()
        await student.open(THIRD)
        await student.run_all()
        before, dragged, _ = await student.drag()
        of_ben = await student.page.request.get(f"{hub.url}/user/ben/api/contents/")
        return {
            "opened": " ".join(opened),
            "bar": (before, dragged),
            "errors": await student.errors(),
            "may see what is ben's": of_ben.ok,
        }

    async def both():
        async with browser() as chrome:
            students = [await Student.arriving(name, hub, chrome) for name in ("ada", "ben")]
            seen = await asyncio.gather(*map(lesson, students))
            return dict(zip(("ada", "ben"), seen, strict=True))

    return asyncio.run(both())


@pytest.mark.parametrize("name", ["ada", "ben"])
def test_a_student_logs_in_to_lesson_1_and_runs_and_drags_in_lesson_3(afternoon, name):
    seen = afternoon[name]
    assert FIRST in seen["opened"]
    assert seen["errors"] == []
    before, dragged = seen["bar"]
    assert before != dragged


def test_nobody_sees_what_is_another_students(afternoon):
    assert afternoon["ben"]["may see what is ben's"]
    assert not afternoon["ada"]["may see what is ben's"]


def test_a_wrong_password_is_refused(hub):
    async def stranger():
        async with browser() as chrome:
            student = await Student.arriving("eve", hub, chrome)
            await student.log_in(password="guessed")
            return await student.page.locator(".login_error").inner_text()

    assert "Invalid" in asyncio.run(stranger())
    assert not hub.home("eve").exists()


def test_an_answer_is_kept_when_the_course_changes_and_the_student_comes_back(hub, afternoon):
    ours, theirs = hub.lessons("ada"), hub.course / "notebooks"
    before = (ours / THIRD).read_bytes()
    for file in (FIRST, THIRD):
        lesson = json.loads((theirs / file).read_text(encoding="utf-8"))
        lesson["cells"][0]["source"] = ["As the teacher has it now."]
        (theirs / file).write_text(json.dumps(lesson), encoding="utf-8")
    trial.commit(hub.course, "Say it better")
    come_back(hub, "ada")
    assert (ours / THIRD).read_bytes() == before
    # The one that Ada has never saved follows.
    assert "As the teacher has it now." in (ours / FIRST).read_text(encoding="utf-8")
    news = (ours / "news.txt").read_text(encoding="utf-8")
    assert "There is something newer than your 03-" in news
    assert "tools/my_notebooks.py --renew" in news


def test_the_server_starts_where_the_course_cannot_be_fetched(hub, afternoon):
    moved = hub.course.rename(hub.course.with_name("moved"))
    try:
        come_back(hub, "ben")
    finally:
        moved.rename(hub.course)
    assert "softmax_lab: the lessons were not brought up to date" in hub.log
    assert (hub.lessons("ben") / FIRST).exists()


def come_back(hub, name):
    """Let a student stop their server and start it again."""

    async def again():
        async with browser() as chrome:
            student = await Student.arriving(name, hub, chrome)
            await student.log_in()
            await student.page.goto(f"{hub.url}/hub/home")
            await student.page.click("#stop")
            while await student.page.locator("#stop").count():  # as long as it has not stopped
                await asyncio.sleep(1)
                await student.page.goto(f"{hub.url}/hub/home")
            await student.page.goto(f"{hub.url}/hub/spawn/{name}")
            await student.page.locator(".jp-Notebook").first.wait_for()

    asyncio.run(asyncio.wait_for(again(), 600))
