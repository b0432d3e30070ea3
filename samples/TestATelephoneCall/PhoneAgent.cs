using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Realtime.Sdk;

namespace TestATelephoneCall;

/// <summary>The app: answers the telephone of a restaurant. It does not know the emulator, only a client and the verification of webhooks.</summary>
public sealed class PhoneAgent(RealtimeClient client, RealtimeWebhooks webhooks)
{
    public const string Manager = "tel:+14155550199";

    private static readonly RealtimeSessionConfiguration Session = new()
    {
        Model = "gpt-realtime-2",
        Instructions = "You answer the telephone of a restaurant. Be short.",
        Tools = [new FunctionTool { Name = "place_order", Parameters = JsonSchema.Parse("""{"type":"object","properties":{"dish":{"type":"string"}}}""") }],
    };

    /// <summary>The arguments of every order, as JSON.</summary>
    public ConcurrentQueue<string> Orders { get; } = [];

    /// <summary>The exceptions of sideband connections that failed.</summary>
    public ConcurrentQueue<RealtimeException> Failures { get; } = [];

    public void Map(IEndpointRouteBuilder app) => app.MapPost("/openai/webhook", ReceiveAsync);

    private async Task<IResult> ReceiveAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, cancellationToken);
        var result = webhooks.Verify(body.ToArray(), name => request.Headers[name]);
        if (!result.IsVerified)
            return Results.BadRequest();
        if (result.Webhook is not IncomingCallWebhook { Data.CallId: var callId })
            return Results.Ok();
        try
        {
            await client.Calls.AcceptAsync(callId, Session, cancellationToken);
            _ = RunSidebandAsync(callId);
        }
        catch (RealtimeApiException e) when (e.Error?.Code is "decision_already_made" or "call_id_not_found")
        {
            // The webhook arrived twice, or the caller has hung up. After a 200 the service does not send it again.
        }
        return Results.Ok();
    }

    // The sideband: greets, answers function calls, and transfers the call when the caller presses 0.
    private async Task RunSidebandAsync(string callId)
    {
        try
        {
            await using var sideband = await client.ConnectAsync(new RealtimeConnectOptions { CallId = callId });
            await sideband.CreateResponseAsync();
            await foreach (var received in sideband.ReadEventsAsync())
            {
                if (received is InputAudioBufferDtmfEventReceivedEvent { Event: "0" })
                    await client.Calls.ReferAsync(callId, Manager);
                if (received is not ResponseDoneEvent { Response: { } response } || response.GetFunctionCalls() is not [var order, ..])
                    continue;
                Orders.Enqueue(order.Arguments);
                await sideband.SendToolOutputAsync(order.CallId!, "in the kitchen");
                await sideband.CreateResponseAsync();
            }
        }
        catch (RealtimeException e)
        {
            Failures.Enqueue(e);
        }
    }
}
