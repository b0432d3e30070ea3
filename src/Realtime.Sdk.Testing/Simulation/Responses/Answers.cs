namespace Realtime.Sdk.Testing.Internal;

/// <summary>What the model says: always the same to the same.</summary>
internal static class Answers
{
    /// <summary>The answer to what was said last.</summary>
    public static string To(PromptContext prompt, EmulatorModelOptions options)
    {
        if (prompt.Output is { } output)
            return $"{prompt.Call?.Json.Text("name") ?? "The function"} says: {output.Json.Text("output")}";
        if (prompt.LastUser is not { } user)
            return "Hello! How can I help you?";
        if (options.Answer is { } answer)
            return answer(user.Words);
        var seen = user.Images > 0 ? "I see the picture. " : "";
        return $"{seen}You said: {(user.Words.Length == 0 ? "nothing." : user.Words)}";
    }
}
