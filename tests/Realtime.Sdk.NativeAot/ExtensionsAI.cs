using System.Text.Json;
using Microsoft.Extensions.AI;
using Realtime.Sdk;

/// <summary>A session of Microsoft.Extensions.AI, and a function of it in an agent.</summary>
internal static class ExtensionsAI
{
    public static async Task<string> AskAsync(RealtimeClient client, CancellationToken cancellationToken)
    {
        using var realtime = client.AsIRealtimeClient("gpt-realtime-2");
        await using var session = await realtime.CreateSessionAsync(new() { OutputModalities = ["text"], Tools = [new Clock()], ToolMode = ChatToolMode.None }, cancellationToken);
        await session.SendAsync(new CreateConversationItemRealtimeClientMessage(new([new FunctionResultContent("call_1", JsonElement.Parse("[1,2]"))])), cancellationToken);
        await session.SendAsync(new CreateResponseRealtimeClientMessage { Items = [new([new TextContent("süß")], role: ChatRole.User)] }, cancellationToken);
        var text = "";
        await foreach (var message in session.GetStreamingResponseAsync(cancellationToken))
        {
            text += message.Type == RealtimeServerMessageType.OutputTextDelta ? ((OutputTextAudioRealtimeServerMessage)message).Text : "";
            if (message.Type == RealtimeServerMessageType.ResponseDone)
                break;
        }
        return text;
    }

    public static AgentFunction CreateFunction() => new Clock().AsAgentFunction();

    private sealed class Clock : AIFunction
    {
        public override string Name => "tell_time";

        protected override ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken) =>
            new(JsonElement.Parse($$"""{"zone":"{{arguments["zone"]}}"}"""));
    }
}
