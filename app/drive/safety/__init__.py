"""Is it still the same drive, and may it be used?"""
