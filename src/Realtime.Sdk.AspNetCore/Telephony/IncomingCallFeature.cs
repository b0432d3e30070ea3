namespace Realtime.Sdk.AspNetCore.Internal;

internal sealed class IncomingCallFeature(IncomingCallData call) : IRealtimeIncomingCallFeature
{
    private const int Declined = 603, MinStatus = 300, MaxStatus = 699;

    public IncomingCallData Call => call;

    public int RejectionStatus
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, MinStatus);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MaxStatus);
            field = value;
        }
    } = Declined;
}
