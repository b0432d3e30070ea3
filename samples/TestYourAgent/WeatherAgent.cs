using System.Text.Json;
using System.Text.Json.Serialization;
using Realtime.Sdk;

namespace TestYourAgent;

/// <summary>The app: answers questions about the weather. It does not know the emulator, only a client and a clock.</summary>
public sealed partial class WeatherAgent(RealtimeClient client, Func<string, string> forecast, TimeProvider time) : IAsyncDisposable
{
    public const string Apology = "Sorry, I cannot tell right now.";

    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private static readonly RealtimeSessionConfiguration Session = new()
    {
        Model = "gpt-realtime-2",
        OutputModalities = [OutputModality.Text],
        Tools = [new FunctionTool { Name = "get_weather", Parameters = JsonSchema.Parse("""{"type":"object","properties":{"city":{"type":"string"}}}""") }],
    };

    private RealtimeConnection? _connection;

    /// <summary>Sends a question in the open session, or in a new one, and returns an apology if no complete answer arrives in time.</summary>
    public async Task<string> AskAsync(string question, CancellationToken cancellationToken = default)
    {
        using var timeout = new CancellationTokenSource(Timeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            _connection ??= await client.ConnectAsync(Session, linked.Token);
            await _connection.SendTextAsync(question, linked.Token);
            return await AnswerAsync(_connection, linked.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or RealtimeException)
        {
            await DisposeAsync();
            cancellationToken.ThrowIfCancellationRequested();
            return Apology;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _connection, null) is { } connection)
            await connection.DisposeAsync();
    }

    private async Task<string> AnswerAsync(RealtimeConnection connection, CancellationToken cancellationToken)
    {
        await connection.CreateResponseAsync(cancellationToken: cancellationToken);
        await foreach (var received in connection.ReadEventsAsync(cancellationToken))
        {
            if (received is not ResponseDoneEvent { Response: { } response })
                continue;
            if (response.GetFunctionCalls() is not [var call, ..])
                return response.GetOutputText();
            var city = call.ReadArguments(Json.Default.Place).City ?? "";
            await connection.SendToolOutputAsync(call.CallId!, forecast(city), cancellationToken);
            await connection.CreateResponseAsync(cancellationToken: cancellationToken);
        }
        return Apology;
    }

    internal sealed record Place(string? City = null);

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
    [JsonSerializable(typeof(Place))]
    internal sealed partial class Json : JsonSerializerContext;
}
