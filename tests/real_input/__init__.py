"""Does the whole way work on data of real patients? 137 published bone-marrow transplants."""
