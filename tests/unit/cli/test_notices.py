"""`yrdx notices`: what would be said, what was said, and to whom."""

import yaml

from tests.support.hook import Hook


def test_what_is_new_is_shown_sent_once_and_listed(yrdx, zhejiang, monkeypatch):
    hook = Hook()
    hook.thread.start()
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    try:
        assert "没有设置渠道" in yrdx("notices", "--dry-run").out
        monkeypatch.setenv("YRDX_CHANNELS", yaml.safe_dump({"33": {"office": hook.url}}))
        shown = yrdx("notices", "33", "--dry-run")
        assert "逾期未报：职业院校名录" in shown.out, shown.err
        assert "还没有通知" in yrdx("notices").out
        assert "已发送 1 条到 office" in yrdx("notices", "zhejiang", "--send").out
        assert "没有要发送的通知" in yrdx("notices", "--send").out
        (taken,) = hook.taken
        assert taken["message"] in shown.out
        listed = yrdx("notices").out
        assert "逾期未报" in listed
        assert "office" in listed
        assert str(hook.server.server_port) not in shown.out + listed, "addresses are secret"
    finally:
        hook.server.shutdown()
        hook.server.server_close()
        hook.thread.join()


def test_a_silent_channel_is_exit_code_three_and_shows_no_address(yrdx, zhejiang, monkeypatch):
    monkeypatch.setenv("YRDX_CHANNELS", "{33: {office: 'json://127.0.0.1:9/5ecret'}}")
    said = yrdx("notices", "--send")
    assert said.code == 3
    assert "office" in said.err
    assert "5ecret" not in said.out + said.err
    assert "office" in yrdx("notices").out, "it is still to be sent"
