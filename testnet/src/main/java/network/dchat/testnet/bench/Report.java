package network.dchat.testnet.bench;

import java.util.List;
import java.util.Map;

/// What a measurement found.
///
/// @param json  for machines, keys in order
/// @param lines for people
/// @param whole whether all that was submitted became final
public record Report(Map<String, Object> json, List<String> lines, boolean whole) {
    public Report {
        lines = List.copyOf(lines);
    }
}
