"""Who a named informant is: sealed to the identity key, opened by two key-holders or not at all."""
