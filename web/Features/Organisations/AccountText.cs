namespace EwasteEpr.Web.Features.Organisations;

/// <summary>Names the texts of a person's own pages.</summary>
public sealed class AccountText;
