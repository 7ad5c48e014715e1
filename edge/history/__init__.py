"""What was measured before: a store beside the bundle, and the test that says whether something became slower."""
