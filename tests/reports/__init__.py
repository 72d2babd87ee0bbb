"""From columns to reports, and from records to e-mails."""
