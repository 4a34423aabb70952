"""Pure functions: sessions in, values out. Knows no journal, no screen, no disk."""
