"""How `make test` shares the tests out among its worker processes."""

import pytest


def test_what_shares_fixtures_stays_in_one_worker(request):
    if not hasattr(request.config, "workerinput"):
        pytest.skip("this run has one process")

    # pytest-xdist marks a group by the end of the test's name, and ignores in silence that it could not.
    assert request.node.nodeid.endswith(f"@{request.path.name}")
