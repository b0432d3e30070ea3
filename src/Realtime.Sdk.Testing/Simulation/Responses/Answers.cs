namespace Realtime.Sdk.Testing.Internal;

/// <summary>What the model says without a script: always the same to the same.</summary>
internal static class Answers
{
    /// <summary>The answer to what came last.</summary>
    public static string To(PromptContext prompt)
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

    /// <summary>What an MCP tool has answered, or why it has not.</summary>
    public static string Repeat(SimulatedItem call) =>
        Repeat(call.Json.Text("name"), call.Json.Text("output") ?? call.Json.Object("error").Text("message"));

    private static string Repeat(string? name, string? output) => $"{name} says: {output}";
}
