using Microsoft.Extensions.Time.Testing;

namespace Realtime.Sdk.Testing.Tests.Conversations.ForeignChanges;

/// <summary>What another client of a call does, and what the conversation does about it.</summary>
internal static class ForeignWorld
{
    public static RealtimeAgent Sommelier { get; } = new() { Name = "sommelier", Session = new() { Instructions = "Recommend wines." } };

    public static Task<ScriptedConversation> StartAsync(
        ForeignChangeAction? action, RealtimeAgent? agent = null, Func<RealtimeConversationOptions, FakeTimeProvider, RealtimeConversationOptions>? configure = null) =>
        ScriptedConversation.StartAsync(
            agent, (options, time) => (configure?.Invoke(options, time) ?? options) with { OnForeignChange = action }, inCall: true);

    /// <summary>Lets another client of the call change the session, and returns when the conversation has handled the event that reports it.</summary>
    public static async Task ChangeAsync(this ScriptedConversation talk, RealtimeSessionConfiguration change)
    {
        await talk.Server.AnswerUpdateAsync(new SessionUpdateEvent { Session = change });
        await talk.SendAsync();
    }

    /// <summary>Accepts the n-th update of the conversation, without that of the start.</summary>
    public static async Task<RealtimeSessionConfiguration> AcceptUpdateAsync(this ScriptedConversation talk, int number = 1)
    {
        var update = await talk.WhenSentAsync<SessionUpdateEvent>(number + 1);
        await talk.Server.AnswerUpdateAsync(update);
        await talk.SendAsync();
        return (RealtimeSessionConfiguration)update.Session;
    }

    /// <summary>Ends the conversation and returns the warnings of foreign changes.</summary>
    public static async Task<IReadOnlyList<string>> GetWarningsAsync(this ScriptedConversation talk)
    {
        await talk.SettleAsync();
        await talk.EndAsync();
        return GetWarnings(talk.Updates);
    }

    public static IReadOnlyList<string> GetWarnings(UpdateLog updates) =>
        [.. updates.Warnings.Where(warning => warning.Kind == WarningKind.ForeignChange).Select(warning => warning.Message)];

    public static int CountHangUps(RealtimeEmulator emulator) => emulator.Requests.Count(request => request.Path.EndsWith("/hangup", StringComparison.Ordinal));

    public static string Changed(string members) => $"Another client of the call has changed the session ({members}).";
}
