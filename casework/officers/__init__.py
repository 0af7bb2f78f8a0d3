"""Who works here: agencies, units, officers, their roles, what each may do and see."""
