//! A person at a terminal, who answers each question with a key.

/// Python that runs a program on a terminal of its own. It gets the answers, the name of a file or nothing, and the program with its arguments. Each
/// answer is one key, given when the next question is shown. With a file, that appears with the ending `.asked` at the first question, and the answer
/// waits until it is there itself. What the terminal showed goes to stdout.
pub(crate) const ANSWERING: &str = "
import os, pathlib, pty, sys, time
answers, file = sys.argv[1].encode(), sys.argv[2]
pid, terminal = pty.fork()
if pid == 0:
    os.execv(sys.argv[3], sys.argv[3:])
shown, asked = b'', 0
while True:
    try:
        part = os.read(terminal, 65536)
    except OSError:
        break
    if not part:
        break
    shown += part
    while asked < len(answers) and shown.count(b'[y/n]') > asked:
        if file:
            pathlib.Path(file + '.asked').touch()
            while not os.path.exists(file):
                time.sleep(0.02)
        os.write(terminal, answers[asked:asked + 1])
        asked += 1
sys.stdout.buffer.write(shown)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
";
