"""Code that a script has called later is a doubt at its line, and that of modules is none."""

import pytest
from project import Project

DEFERRED = {
    "exit": "import atexit\natexit.register(print)  # here",
    "finalizer": "import weakref\nweakref.finalize(sa.MetaData(), print)  # here",
    "listener": "sa.event.listen(op.get_bind(), 'commit', print)  # here",
    "listener of the engine": "sa.event.listen(op.get_bind().engine, 'checkin', print)  # here",
    "decorator": "@sa.event.listens_for(sa.engine.Engine, 'commit')  # here\ndef f(c): pass",
    "signal": "import signal\nsignal.signal(signal.SIGUSR2, signal.SIG_IGN)  # here",
    "profile": "import sys\nsys.setprofile(None)  # here",
}


@pytest.mark.parametrize("name", DEFERRED)
def test_a_doubt_at_its_line(name):
    with Project() as project:
        script = project.revision(DEFERRED[name] + "\nop.drop_table('t')")
        found = project.analysis()[script]["upgrade"]
        with open("%s/versions/%s.py" % (project.folder, script)) as file:
            lines = [number for number, line in enumerate(file, 1) if "# here" in line]
    assert not found["complete"]
    assert any("registers a" in each["why"] and each["line"] in lines for each in found["reasons"])
    assert [each["table"]["name"] for each in found["operations"]] == ["t"]


def test_modules_of_the_project_may_register_what_they_need():
    with Project() as project:
        project.write(
            "mapped.py",
            "import atexit\nimport sqlalchemy as sa\natexit.register(print, end='')\n"
            "@sa.event.listens_for(sa.Table, 'after_parent_attach')\ndef f(*_): pass\n",
        )
        script = project.revision(
            "import mapped\nop.drop_table('t')",
            before="import sys\nsys.path.insert(0, %r)" % project.folder,
        )
        found = project.analysis()[script]["upgrade"]
    assert found["complete"], found["reasons"]
