using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Realtime.Sdk;

namespace TestATelephoneCall;

/// <summary>The app: answers the telephone of a restaurant. It does not know the emulator, only its configuration.</summary>
public sealed class PhoneAgent
{
    public const string Manager = "tel:+14155550199";

    /// <summary>The arguments of every order, as JSON.</summary>
    public ConcurrentQueue<string> Orders { get; } = [];

    /// <summary>The records of the calls that have ended.</summary>
    public ConcurrentQueue<CallRecord> Calls { get; } = [];

    public void AddTo(WebApplicationBuilder builder)
    {
        builder.Services.AddRealtimeClient(builder.Configuration.GetSection("Realtime"));
        builder.Services.AddRealtimeWebhooks(builder.Configuration.GetSection("RealtimeWebhooks"));
        builder.Services.AddRealtimeEndpoints();
        builder.Services.AddRealtimeAgent(new RealtimeAgent
        {
            Name = "waiter",
            Session = new() { Model = "gpt-realtime-2.1", Instructions = "You answer the telephone of a restaurant. Be short." },
            Functions = [AgentFunction.Create("place_order", "Sends an order to the kitchen.", JsonSchema.Parse("""{"type":"object","properties":{"dish":{"type":"string"}}}"""), OrderAsync)],
        });
    }

    public void MapTo(IEndpointRouteBuilder app) => app.MapRealtimeIncomingCalls("/openai/webhook", "waiter", new()
    {
        Run = TalkAsync,
        OnEnded = (record, _) =>
        {
            Calls.Enqueue(record);
            return default;
        },
    });

    private Task<string> OrderAsync(JsonElement order, FunctionCallContext call, CancellationToken cancellationToken)
    {
        Orders.Enqueue(order.GetRawText());
        return Task.FromResult("in the kitchen");
    }

    // Greets, and transfers the call when the caller presses 0.
    private static async Task TalkAsync(RealtimeConversation conversation, CancellationToken cancellationToken)
    {
        conversation.Respond("Greet the caller.");
        await foreach (var update in conversation.ReadUpdatesAsync(cancellationToken))
        {
            if (update is KeyUpdate { Key: "0" })
                await conversation.TransferAsync(Manager, cancellationToken);
        }
    }
}
