"""A catalogue: what a shop sells, as rows; reading, cleaning, groups, splits, the Lance tables."""
