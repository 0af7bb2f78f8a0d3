"""奖励金: proposed for a tip, decided by others, reserved in the fund, claimed without a name, paid out."""
