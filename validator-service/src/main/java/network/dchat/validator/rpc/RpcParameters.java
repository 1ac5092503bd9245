package network.dchat.validator.rpc;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// The parameters of a call, by name.
final class RpcParameters {
    private static final int LONGEST_NUMBER = 24;

    private final Map<String, @Nullable Object> byName;

    private RpcParameters(Map<String, @Nullable Object> byName) {
        this.byName = byName;
    }

    /// Those of a URI call.
    static RpcParameters ofQuery(Map<String, String> query) {
        return new RpcParameters(new LinkedHashMap<>(query));
    }

    /// The member `params` of a JSON-RPC request: an object, a list in the order of the names, or
    /// nothing.
    static RpcParameters ofJson(@Nullable Object params, List<String> names) throws RpcFailure {
        Map<String, @Nullable Object> byName = new LinkedHashMap<>();
        switch (params) {
            case null -> {
            }
            case Map<?, ?> map -> map.forEach((name, value) -> byName.put(name.toString(), value));
            case List<?> list when list.size() <= names.size() -> {
                for (int index = 0; index < list.size(); index++) {
                    byName.put(names.get(index), list.get(index));
                }
            }
            case List<?> list -> throw RpcFailure.invalidParams(
                    "params: " + list.size() + " (expected: up to " + names.size() + ")");
            default -> throw RpcFailure.invalidParams("params: no object and no list");
        }
        return new RpcParameters(byName);
    }

    /// A whole number, as a number or as text, with quotes or without; empty when it is absent.
    OptionalLong number(String name) throws RpcFailure {
        Object value = byName.get(name);
        String text = switch (value) {
            case null -> "";
            case String given -> given;
            case Integer number -> number.toString();
            case Long number -> number.toString();
            case BigInteger number -> number.toString();
            default -> throw RpcFailure.invalidParams(name + ": no whole number");
        };
        if (text.length() > 1 && text.startsWith("\"") && text.endsWith("\"")) {
            text = text.substring(1, text.length() - 1);
        }
        if (text.isEmpty()) {
            return OptionalLong.empty();
        }
        try {
            if (text.length() > LONGEST_NUMBER) {
                throw new NumberFormatException();
            }
            return OptionalLong.of(Long.parseLong(text));
        } catch (NumberFormatException _) {
            throw RpcFailure.invalidParams(name + ": no whole number of 64 bits");
        }
    }
}
