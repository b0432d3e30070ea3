#pragma warning disable CS8019, IDE0005 // the aliases are those of the guide, and not all are used here
using Official = OpenAI.Realtime;
using RealtimeClient = Realtime.Sdk.RealtimeClient;

namespace Realtime.Sdk.Extensions.AI.Comparison;

/// <summary>One program with both packages, as docs/from-the-official-package.md shows it.</summary>
internal static class BothPackages
{
    public static async Task TalkAsync(string key)
    {
        // The official package.
        var official = new Official.RealtimeClient(key);
        using var session = await official.StartConversationSessionAsync("gpt-realtime-2.1");
        await session.ConfigureConversationSessionAsync(new() { Instructions = "Be brief." });
        await session.AddItemAsync(Official.RealtimeItem.CreateUserMessageItem("Good morning"));
        await session.StartResponseAsync();
        await foreach (var update in session.ReceiveUpdatesAsync())
        {
            if (update is Official.RealtimeServerUpdateResponseOutputTextDelta text)
                Console.Write(text.Delta);
        }
    }

    public static async Task TalkWithThisPackageAsync(string key)
    {
        // This package.
        using var client = new RealtimeClient(key);
        await using var connection = await client.ConnectAsync(new RealtimeSessionConfiguration { Model = "gpt-realtime-2.1", Instructions = "Be brief." });
        await connection.AddItemAsync(ConversationItem.UserText("Good morning"));
        await connection.CreateResponseAsync();
        await foreach (var serverEvent in connection.ReadEventsAsync())
        {
            if (serverEvent is ResponseOutputTextDeltaEvent text)
                Console.Write(text.Delta);
        }
    }
}
