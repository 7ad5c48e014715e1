"""How many channels share a scale or a table where the usual number does not divide them."""


def largest_divisor(count: int, limit: int) -> int:
    """Return the largest divisor of `count` that is at most `limit`."""
    return next(divisor for divisor in range(min(count, limit), 0, -1) if count % divisor == 0)
