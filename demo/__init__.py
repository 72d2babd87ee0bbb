"""A whole registry on one machine: servers from wheels, 33 invented centres, one published study."""
