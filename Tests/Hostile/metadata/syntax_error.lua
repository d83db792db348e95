-- outcome: error
-- phase: load
-- attacks: a syntax error is reported with its line
-- says: unexpected symbol
return {
  name = "x",,
}
