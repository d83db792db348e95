-- outcome: error
-- phase: load
-- attacks: a syntax error near escape sequences reaches no terminal
return { name = [2J }
