"""What the checks share: finding the project's files and reading C without comments and texts."""
import os
import re
import subprocess

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

TOKEN = re.compile(
    r"//[^\n]*|/\*.*?\*/"        # comments
    r'|"(?:[^"\\\n]|\\.)*"'      # texts
    r"|'(?:[^'\\\n]|\\.)*'",     # characters
    re.S)


def files(*endings):
    """Paths of the project's files, from the root, sorted; new ones too, ignored ones not."""
    found = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True)
    if found.returncode == 0:
        paths = found.stdout.decode().split("\0")
    else:  # an unpacked tarball has no git
        paths = []
        for folder, folders, names in os.walk(ROOT):
            folders[:] = [d for d in folders if d not in (".git", "third_party", "dist")
                          and not d.startswith("build")]
            paths += [os.path.relpath(os.path.join(folder, n), ROOT) for n in names]
    return sorted(p for p in set(paths)
                  if p and p.endswith(endings) and os.path.isfile(os.path.join(ROOT, p)))


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as f:
        return f.read()


def blank(text, keep_texts=False):
    """The C source with comments (and what stands in quotes) turned into blanks; lines stay."""
    def replace(match):
        token = match.group(0)
        if token[0] == "/":
            return re.sub(r"[^\n]", " ", token)
        if keep_texts:
            return token
        return token[0] + re.sub(r"[^\n]", " ", token[1:-1]) + token[-1]
    return TOKEN.sub(replace, text)


def line_of(text, position):
    return text.count("\n", 0, position) + 1
