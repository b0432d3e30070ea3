namespace Realtime.Sdk.Testing;

/// <summary>
/// The rules that <see cref="EmulatorViolation.Rule"/> names beside the error codes of the service: what the service does not refuse, but what
/// betrays a bug of the client, or of the test.
/// </summary>
public static class EmulatorViolationRule
{
    /// <summary>A rule of <see cref="EmulatorModelRule"/> calls a function that neither the session nor an MCP server that it has listed declares.</summary>
    public const string UndeclaredFunction = "undeclared_function";
}
