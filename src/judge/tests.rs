//! Known answers of the judge, on plans and readings made by hand.
