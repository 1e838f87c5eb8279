"""What people see: tables in the terminal, files for papers."""
