#!/usr/bin/env python3
"""The reference is whole: a page for every class, with all that its table says.

usage: test_reference.py PROGRAM SOURCE       exit status: 0 all passed
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

PROGRAM, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2])


class Reference(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        made = subprocess.run([SOURCE / "tools" / "docs", cls.folder.name, PROGRAM], capture_output=True, text=True)
        assert made.returncode == 0, made.stderr
        cls.pages = pathlib.Path(cls.folder.name) / "reference"
        registry = subprocess.run([PROGRAM, "list", "--format", "json"], capture_output=True, text=True, check=True)
        cls.classes = json.loads(registry.stdout)

    def test_every_class_has_a_page_and_no_other_page_is_there(self):
        names = {c["name"] for c in self.classes}
        self.assertGreater(len(names), 20)
        self.assertEqual({p.stem for p in self.pages.glob("*.md")} - {"README"}, names)
        linked = re.findall(r"^\| \[(\w+)\]\(\1\.md\) \| \w+ \| \S.* \|$", (self.pages / "README.md").read_text(), re.M)
        self.assertEqual(sorted(linked), sorted(names))

    def test_every_row_of_a_table_is_on_the_page(self):
        rows = 0
        for c in self.classes:
            text = (self.pages / (c["name"] + ".md")).read_text()
            self.assertTrue(text.startswith(f"# {c['name']}\n\n{c['summary']}. Module `{c['module']}`."))
            for part, value in (("params", "default"), ("attributes", "shape"), ("extra_methods", None)):
                for row in c.get(part, []):
                    cell = re.escape(row.get(value) or "") if value else ""
                    self.assertRegex(text, rf"(?m)^\| `{row['name']}` \| `?{cell}`? \| \S.* \|$", c["name"])
                    rows += 1
        self.assertGreater(rows, 200)

    def test_tables_have_three_columns_and_the_manual_its_parts(self):
        for c in self.classes:
            text = (self.pages / (c["name"] + ".md")).read_text()
            for line in text.split("\n"):
                if line.startswith("|"):
                    self.assertEqual(line.count("|"), 4, f"{c['name']}: {line}")
            for part in ("Objective", "Input", "Errors", "Cost", "Source"):
                self.assertIn(f"\n## {part}\n", text, c["name"])


unittest.main(argv=["test_reference"], verbosity=1)
