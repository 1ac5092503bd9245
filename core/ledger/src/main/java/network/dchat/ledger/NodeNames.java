package network.dchat.ledger;

import java.util.Optional;

/// The rule for names of operators and regions: short, and without control characters.
final class NodeNames {
    private NodeNames() {}

    static Optional<String> fault(String operator, String region) {
        return fault("operator", operator, LedgerLimits.MAXIMUM_OPERATOR_LENGTH)
                .or(() -> fault("region", region, LedgerLimits.MAXIMUM_REGION_LENGTH));
    }

    static Optional<String> fault(String name, String value, int maximum) {
        if (value.length() > maximum) {
            return Optional.of(
                    name + ": " + value.length() + " characters (expected: up to " + maximum + ")");
        }
        return value.chars().anyMatch(Character::isISOControl)
                ? Optional.of(name + ": a control character (expected: none)")
                : Optional.empty();
    }
}
