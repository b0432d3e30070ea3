namespace Realtime.Sdk.Testing.Internal;

/// <summary>Creates the text of an answer when no rule matches. The text depends only on the input.</summary>
internal static class DefaultAnswers
{
    /// <summary>Returns the answer to the last item.</summary>
    public static string Create(PromptContext prompt)
    {
        if (prompt.Output is { } output)
            return Repeat(prompt.Call?.Json.Text("name") ?? "The function", output.Json.Text("output"));
        if (prompt.Call is { } call)
            return call.Type == "mcp_call" ? Repeat(call) : $"I may not call {call.Json.Text("name")}.";
        if (prompt.LastUser is not { } user)
            return "Hello! How can I help you?";
        var seen = user.Images > 0 ? "I see the picture. " : "";
        return $"{seen}You said: {(user.Words.Length == 0 ? "nothing." : user.Words)}";
    }

    /// <summary>Returns an answer that repeats the output or the error of an MCP call.</summary>
    public static string Repeat(SimulatedItem call) =>
        Repeat(call.Json.Text("name"), call.Json.Text("output") ?? call.Json.Object("error").Text("message"));

    private static string Repeat(string? name, string? output) => $"{name} says: {output}";
}
