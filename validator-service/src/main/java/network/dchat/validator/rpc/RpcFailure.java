package network.dchat.validator.rpc;

/// An error as JSON-RPC 2.0 numbers them.
final class RpcFailure extends Exception {
    static final int PARSE_ERROR = -32700;
    static final int INVALID_REQUEST = -32600;
    static final int METHOD_NOT_FOUND = -32601;
    static final int INVALID_PARAMS = -32602;
    static final int INTERNAL_ERROR = -32603;
    static final int BUSY = -32000;

    private static final long serialVersionUID = 1L;

    private final int code;
    private final String detail;

    private RpcFailure(int code, String message, String detail) {
        super(message);
        this.code = code;
        this.detail = detail;
    }

    static RpcFailure parseError(String detail) {
        return new RpcFailure(PARSE_ERROR, "Parse error. Invalid JSON", detail);
    }

    static RpcFailure invalidRequest(String detail) {
        return new RpcFailure(INVALID_REQUEST, "Invalid Request", detail);
    }

    static RpcFailure methodNotFound() {
        return new RpcFailure(METHOD_NOT_FOUND, "Method not found", "");
    }

    static RpcFailure invalidParams(String detail) {
        return new RpcFailure(INVALID_PARAMS, "Invalid params", detail);
    }

    /// Also what CometBFT answers for heights that are not there.
    static RpcFailure internal(String detail) {
        return new RpcFailure(INTERNAL_ERROR, "Internal error", detail);
    }

    static RpcFailure busy() {
        return new RpcFailure(BUSY, "Server error", "too many calls at once; try again");
    }

    int code() {
        return code;
    }

    /// What exactly is wrong; may be empty.
    String detail() {
        return detail;
    }
}
