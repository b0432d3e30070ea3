namespace Realtime.Sdk.Internal;

/// <summary>The operations of a conversation that its replies use.</summary>
internal interface IReplyHost
{
    /// <summary>The clock, if it counts work.</summary>
    WorkTrackingTimeProvider? Work { get; }

    /// <summary>Called with the result of a request.</summary>
    void OnCompleted(ReplyRequest request, ReplyResult result);

    /// <summary>Cancels a reply and waits until it has ended.</summary>
    Task CancelAsync(ReplyRequest request, CancellationToken cancellationToken);

    /// <summary>Throws if the caller is a function of the reply, which would wait for itself.</summary>
    /// <exception cref="InvalidOperationException">The function belongs to the reply.</exception>
    void ThrowIfCalledByOwnFunction(ReplyRequest request);
}
