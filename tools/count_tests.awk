# SPDX-License-Identifier: Apache-2.0
# count_tests.awk - adds up what test programs say of themselves in a ctest log: lines 'N passed, N failed'.
# Prints "PASSED FAILED". A test of ctest that says nothing counts as one; one that fails after saying that nothing
# failed (a crash at its end, a leak) counts as one failure.
/^[0-9]+\/[0-9]+ Testing: / { said = bad = 0 }
/^[0-9]+ passed, [0-9]+ failed/ { passed += $1; failed += $3; bad += $3; said = 1 }
/^Test Passed\./ && !said { passed++ }
/^Test Failed\./ && !bad { failed++ }
END { print passed + 0, failed + 0 }
