namespace EwasteEpr.Web.Features.Passport;

/// <summary>Names the texts beside it.</summary>
public sealed class PassportText;
