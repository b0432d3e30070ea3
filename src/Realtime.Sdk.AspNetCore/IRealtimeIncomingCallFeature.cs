namespace Realtime.Sdk;

/// <summary>
/// The telephone call that a request announces, in the features of the <see cref="HttpContext"/> that <see cref="RealtimeEndpointOptions.Prepare"/> gets from
/// <c>MapRealtimeIncomingCalls</c>: <c>http.Features.GetRequiredFeature&lt;IRealtimeIncomingCallFeature&gt;()</c>.
/// </summary>
public interface IRealtimeIncomingCallFeature
{
    /// <summary>The call: its ID, the caller, the number that was called, the SIP headers, and whether its media is encrypted.</summary>
    IncomingCallData Call { get; }

    /// <summary>
    /// The SIP status with which the call is rejected if <see cref="RealtimeEndpointOptions.Prepare"/> returns null: 300 to 699. The default is 603 (declined).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not from 300 to 699.</exception>
    int RejectionStatus { get; set; }
}
