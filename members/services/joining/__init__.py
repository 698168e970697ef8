"""Ways into a school: invitations, their tokens and mails, and accepting them."""
