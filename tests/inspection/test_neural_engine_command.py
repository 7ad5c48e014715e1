"""``squeezebert-edge inspect`` on a Core ML package: what it says of the Neural Engine."""

import io
import json
from contextlib import redirect_stdout

import pytest

from edge.cli.main import main
from edge.cli.neural_engine_tables import finding_table, share_table
from edge.cli.output import print_table
from edge.inspection.neural_engine import neural_engine_findings
from edge.inspection.neural_engine_rules import NOTE


@pytest.fixture(scope="module")
def command(converted):
    """Return a function that inspects the int8-weight package, 80 columns wide, and gives what it prints on stdout."""
    path = converted("coreml", "int8-weight").path

    def run(*options):
        printed = io.StringIO()
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(printed):
            patch.setattr("edge.cli.output.PLAIN_WIDTH", 80)
            with pytest.raises(SystemExit):
                main(["inspect", str(path), *options])
        return printed.getvalue()

    return run


@pytest.fixture(scope="module")
def lines(command):
    """Return the lines of the report for people."""
    return command().splitlines()


def test_findings_are_grouped_by_rule_and_type(lines):
    rows = [line.split() for line in lines]
    assert [row[:3] for row in rows if row[:1] == ["layout"] and "linear" in row] == [["layout", "44", "linear"]]


def test_rules_that_take_operations_off_come_first(lines):
    assert [line.strip() for line in lines].index("leaves") < [line.strip() for line in lines].index("may stay")


def test_rules_that_hit_are_explained_with_their_sources(lines):
    report = "\n".join(lines)
    assert "leaves: looks elements up by index" in report
    assert "github.com/apple/ml-ane-transformers" in report
    assert "recurrent" not in report


def test_last_line_says_that_nothing_was_measured(lines):
    assert lines[-1] == NOTE
    assert "not a measurement" in NOTE
    assert "MLComputePlan" in NOTE


def test_tables_fit_80_columns(lines):
    start = next(index for index, line in enumerate(lines) if line.startswith("Neural Engine"))
    assert max(map(len, lines[start:-1])) <= 80
    assert "…" not in "".join(lines)


def test_json_has_every_operation_and_every_rule(command):
    document = json.loads(command("--json"))["neural_engine"]
    assert sum(finding["type"] == "linear" for finding in document["findings"]) == 44
    assert {finding["rule"] for finding in document["findings"]} <= {rule["name"] for rule in document["rules"]}
    assert document["note"] == NOTE


def test_share_of_an_unknown_count_is_a_question_mark(flexible_package, capsys):
    print_table(share_table(neural_engine_findings(flexible_package("range"))))
    assert capsys.readouterr().out.splitlines()[-1].split()[-3:] == ["?", "?", "?"]


def test_functions_have_rows_of_their_own(multifunction_package, capsys):
    found = neural_engine_findings(multifunction_package)
    capsys.readouterr()
    print_table(finding_table(found))
    titles = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert [title for title in titles if ":" in title] == ["long: may stay", "short: may stay"]
