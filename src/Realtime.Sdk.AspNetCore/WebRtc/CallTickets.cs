using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace Realtime.Sdk.AspNetCore.Internal;

/// <summary>
/// The last segment of a call's <c>Location</c>: who may hang up which call. It is protected data rather than a key of a table, so that every node of an application that shares
/// its data protection keys can read it.
/// </summary>
internal sealed class CallTickets(IDataProtectionProvider protection)
{
    private const char Separator = '\n';

    private readonly IDataProtector _protector = protection.CreateProtector("Realtime.Sdk.CallTickets");

    /// <summary>Creates a ticket.</summary>
    /// <param name="agent">The name of the agent.</param>
    /// <param name="callId">The ID of the call.</param>
    /// <param name="user">The ID of the authenticated user; null for an anonymous caller, who is identified by the ticket alone.</param>
    public string Create(string agent, string callId, string? user) => _protector.Protect(string.Join(Separator, agent, callId, user));

    /// <summary>Returns the ID of the call; null if the ticket is not valid, or belongs to another agent or user.</summary>
    public string? Read(string ticket, string agent, string? user)
    {
        try
        {
            return _protector.Unprotect(ticket).Split(Separator, 3) is [var givenAgent, var callId, var givenUser] && givenAgent == agent && givenUser == (user ?? "") ? callId : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
