#!/usr/bin/env python3
"""Compiles and runs every example of the documents.

usage: run_documents.py SOURCE BUILD

A C block with main() is a program of its own; blocks after `<!-- file: NAME -->` of one page are compiled
together; a C block without main() is the body of one. Lines of sh blocks that begin with `cofit` are run.
Exit status: 0 all ran, 1 one did not.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

BLOCK = re.compile(r"(?:<!-- file: (\S+) -->\n)?```(c|sh)\n(.*?)```", re.S)


def compile_and_run(name, sources, scratch, source, build):
    program = scratch / "program"
    subprocess.run(["cc", "-std=c11", "-Wall", f"-I{source}/include", *map(str, sources), "-o", str(program),
                    f"-L{build}", "-lcofit", f"-Wl,-rpath,{build}", "-lm"], check=True, cwd=scratch)
    subprocess.run([str(program)], check=True, cwd=scratch, timeout=120)
    print("ok", name)


def as_program(code):
    """A fragment of statements as a program that fails when a call fails."""
    includes = "\n".join(re.findall(r"^#include.*$", code, re.M))
    body = re.sub(r"^#include.*$", "", code, flags=re.M)
    body = re.sub(r"^(cf_(?:read_csv|parse|fit|predict|save)\b.*);$", r"if ((\1) != CF_OK) { puts(cf_last_error()); return 1; }",
                  body, flags=re.M)
    return f"{includes}\n#include <stdio.h>\nint main(void)\n{{\n{body}\nreturn 0;\n}}\n"


def run_page(page, source, build):
    text = page.read_text()
    together = []
    with tempfile.TemporaryDirectory() as folder:
        scratch = pathlib.Path(folder)
        (scratch / "datasets").symlink_to(source / "datasets")
        (scratch / "wine.csv").symlink_to(source / "datasets" / "wine.csv")
        for k, (name, language, code) in enumerate(BLOCK.findall(text)):
            if language == "sh":
                for line in code.split("\n"):
                    if line.startswith("cofit "):
                        subprocess.run(["sh", "-c", line], check=True, cwd=scratch, timeout=120,
                                       env=dict(os.environ, PATH=f"{build}:{os.environ['PATH']}"), stdout=subprocess.DEVNULL)
                        print("ok", page.name, line[:60])
                continue
            path = scratch / (name or f"block{k}.c")
            path.write_text(code if name or "int main(" in code else as_program(code))
            if name:
                together.append(path)
            else:
                compile_and_run(f"{page.name} block {k}", [path], scratch, source, build)
        if together:
            compile_and_run(page.name, together, scratch, source, build)


def main():
    source, build = (pathlib.Path(a).resolve() for a in sys.argv[1:3])
    if b"__asan_init" in (build / "libcofit.so").read_bytes():
        print("an instrumented library needs an instrumented program: skipped")
        return 77
    os.environ["COFIT_DATASETS"] = str(source / "datasets")
    pages = [source / "README.md", *sorted((source / "docs").rglob("*.md"))]
    for page in pages:
        if "reference" not in page.parts:
            run_page(page, source, build)
    return 0


if __name__ == "__main__":
    sys.exit(main())
