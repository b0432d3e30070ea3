namespace Realtime.Sdk;

/// <summary>
/// The region in which OpenAI processes and stores the data of a project with data residency. It determines the host:
/// <c>https://{region}.api.openai.com/v1</c>. Set it as <see cref="RealtimeClientOptions.DataResidency"/>.
/// </summary>
/// <remarks>
/// Telephone calls use separate hosts, which are set in the SIP trunk: <c>sip:{project}@sip-eu.api.openai.com;transport=tls</c> for <see cref="Europe"/>,
/// <c>sip-in.api.openai.com</c> for <see cref="India"/>, and <c>sip.api.openai.com</c> elsewhere, each on port 5061. The client accepts and controls the calls
/// through the host of the region.
/// </remarks>
/// <param name="Value">
/// The first label of the host name, for example <c>eu</c>: 1 to 63 letters, digits and dashes. Regions that are newer than this SDK can be used.
/// </param>
public readonly partial record struct DataResidency(string Value) : IWireString<DataResidency>
{
    private const int MaxLength = 63;

    /// <summary>The United States: <c>us.api.openai.com</c>.</summary>
    public static DataResidency UnitedStates { get; } = new("us");

    /// <summary>Europe: <c>eu.api.openai.com</c>.</summary>
    public static DataResidency Europe { get; } = new("eu");

    /// <summary>The United Arab Emirates: <c>ae.api.openai.com</c>.</summary>
    public static DataResidency UnitedArabEmirates { get; } = new("ae");

    /// <summary>Australia: <c>au.api.openai.com</c>.</summary>
    public static DataResidency Australia { get; } = new("au");

    /// <summary>India: <c>in.api.openai.com</c>.</summary>
    public static DataResidency India { get; } = new("in");

    /// <summary>Japan: <c>jp.api.openai.com</c>.</summary>
    public static DataResidency Japan { get; } = new("jp");

    /// <summary>Whether the value is a valid label of a host name. Other values could lead to another domain.</summary>
    internal bool IsValid
    {
        get
        {
            if (Value is not { Length: > 0 and <= MaxLength } || Value[0] == '-' || Value[^1] == '-')
                return false;
            foreach (var character in Value)
            {
                if (!char.IsAsciiLetterOrDigit(character) && character != '-')
                    return false;
            }
            return true;
        }
    }
}
